/** What each AT instance keeps for itself (module.md, per-instance profile). `&W` stores it. */
export interface Profile {
	/** E */
	echo: boolean;
	/** Q1 or Q2 */
	quiet: boolean;
	/** V */
	verbose: boolean;
	/** X, 0–4 */
	extended: number;
	/** &K, 0–6 */
	flow: number;
	/** &D, 0–5 */
	dtr: number;
	/** &C, 0–2 */
	carrier: number;
	/** &S, 0–3 */
	dataSetReady: number;
	s3: number;
	s4: number;
	s5: number;
	/** Every other S-register by its number. */
	registers: Record<string, number>;
	cmee: 0 | 1 | 2;
	/** +CMGF: 0 PDU, 1 text */
	textMode: 0 | 1;
	/** +CNMI */
	indications: number[];
	/** +CREG */
	creg: number;
	/** +CGREG */
	cgreg: number;
	/** +CSCS */
	alphabet: string;
	/** +CSDH */
	showHeader: 0 | 1;
	/** #QSS */
	simStatus: number;
	/** #SKIPESC */
	skipEscape: 0 | 1;
	/** +CSMP: first octet, validity period, protocol identifier, data coding scheme */
	textParameters: number[];
	/** #SMSMODE */
	smsMode: 0 | 1;
	/** +CRC, +CLIP, +CCWA, +COLP and their like: reported only. */
	switches: Record<string, number>;
}

export function factoryProfile(): Profile {
	return {
		echo: true,
		quiet: false,
		verbose: true,
		extended: 1,
		flow: 3,
		dtr: 0,
		carrier: 0,
		dataSetReady: 3,
		s3: 13,
		s4: 10,
		s5: 8,
		registers: { 0: 0, 1: 0, 2: 43, 7: 60, 12: 50, 25: 5, 30: 0, 38: 20 },
		cmee: 0,
		textMode: 0,
		indications: [0, 0, 0, 0, 0],
		creg: 0,
		cgreg: 0,
		alphabet: 'IRA',
		showHeader: 0,
		simStatus: 0,
		skipEscape: 0,
		textParameters: [17, 167, 0, 0],
		smsMode: 0,
		switches: {},
	};
}

/** A copy that shares nothing with its original. */
export function copyProfile(profile: Profile): Profile {
	return JSON.parse(JSON.stringify(profile)) as Profile;
}
