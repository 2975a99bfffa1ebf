import { RequesterChallenge } from '../../src/access/challenge.js';
import type { AtrunSession } from './atrun-session.js';
import { NodeDigest } from './node-digest.js';
import { NodeEntropy } from './node-entropy.js';

/** A key that board and requester share, and with which board it may be used. */
export interface RequesterKey {
	/** 1–4: which of the board's keys it is. */
	readonly keyId: number;
	/** 32 octets; a secret. */
	readonly key: Uint8Array;
	/** The board that is meant; undefined: any that has the key. */
	readonly imei: string | undefined;
}

/**
 * `successful`: both sides have proved that they have the key. `unchallenged`: the board asks for user and password, or for
 * nothing that can be answered. `wrong-imei`: it is another board than the one meant. `bad-proof`: it does not have the key.
 * `refused`: it closed the connection. `timeout`: nothing came in time.
 */
export type KeyLoginOutcome = 'successful' | 'unchallenged' | 'wrong-imei' | 'bad-proof' | 'refused' | 'timeout';

export interface KeyLogin {
	readonly outcome: KeyLoginOutcome;
	/** The IMEI of the challenge: proved where the outcome is `successful`, else only said. */
	readonly imei: string | undefined;
}

const CHALLENGE = /^#ATRUN: CHALLENGE,[^\r\n]*(?=[\r\n])/m;
const CHALLENGE_OR_PROMPT = /^#ATRUN: CHALLENGE,[^\r\n]*(?=[\r\n])|Username:/m;
const LINE = /[^\r\n]+(?=[\r\n])/;
const SUCCESSFUL = /^Login successful\.\r?\n/m;

/** Logs in by challenge and response (authMode 2). `deadline` is a time of the session's clock. */
export async function loginByKey(session: AtrunSession, key: RequesterKey, deadline: number): Promise<KeyLogin> {
	const asked = await session.waitFor(CHALLENGE_OR_PROMPT, deadline);
	if (asked === undefined) return { outcome: session.ended === undefined ? 'timeout' : 'refused', imei: undefined };
	if (!CHALLENGE.test(`${asked}\n`)) return { outcome: 'unchallenged', imei: undefined };
	return answerChallenge(session, asked, key, deadline);
}

/** Answers the challenge in this line and has the board prove itself. */
export async function answerChallenge(
	session: AtrunSession,
	line: string,
	key: RequesterKey,
	deadline: number,
): Promise<KeyLogin> {
	const challenge = new RequesterChallenge({ ...key, digest: new NodeDigest(), entropy: new NodeEntropy() });
	let step = challenge.answer(line);
	const { imei } = challenge;
	const failed = (): KeyLogin => ({ outcome: session.ended === undefined ? 'timeout' : 'refused', imei });
	if (imei === undefined) return { outcome: 'unchallenged', imei };
	// CR alone, as behind every command: a board that got CR LF here takes an LF that begins a file for a line end too.
	if (step.say !== '') session.send(`${step.say.trim()}\r`);
	while (step.state === 'asking') {
		const proof = await session.waitFor(LINE, deadline);
		if (proof === undefined) return failed();
		step = challenge.answer(proof);
	}
	if (step.state !== 'proved') return { outcome: step.state, imei };
	const greeted = await session.waitFor(SUCCESSFUL, deadline);
	return greeted === undefined ? failed() : { outcome: 'successful', imei };
}
