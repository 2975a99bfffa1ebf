/** JavaScript as esbuild prints it (no types, no comments but `@__PURE__`), read without a parser. */

export interface LoadTime {
	/** The code that runs while the module loads; strings are empty, bodies of functions are left out. */
	readonly text: string;
	/** The regular expressions in it. */
	readonly expressions: readonly string[];
}

const TOKEN =
	/\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|`(?:\\[\s\S]|[^`\\])*`|=>|[\w$#]+|\s+|[\s\S]/y;

const REGULAR_EXPRESSION =
	/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*\/[a-z]*/y;

/** Before a slash that begins a regular expression. */
const EXPRESSION_FOLLOWS = /(?:^|[([{,;:=!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|void|new))\s*$/;

const CONTROL = /\b(?:if|for|while|switch|catch|with)\s*$/;

interface Context {
	/** What ends it; an arrow's expression ends where its surroundings go on. */
	readonly closer: ')' | ']' | '}' | 'arrow';
	/** Runs later, when somebody calls. */
	readonly later: boolean;
	readonly isClass: boolean;
	/** Where the text begins that says what the next brace opens. */
	head: number;
	/** Where its own bracket stands. */
	readonly open: number;
}

export function codeAtLoad(code: string): LoadTime {
	const stack: Context[] = [{ closer: '}', later: false, isClass: false, head: 0, open: 0 }];
	const expressions: string[] = [];
	let all = '';
	let text = '';
	/** Where the bracket that was closed last had been opened. */
	let closedFrom = 0;

	const top = () => stack[stack.length - 1]!;
	const push = (closer: Context['closer'], later: boolean, isClass = false) =>
		stack.push({ closer, later: later || top().later, isClass, head: all.length + 1, open: all.length });
	const endArrows = () => {
		while (top().closer === 'arrow') stack.pop();
	};
	/** In a class, whether the member that begins at `head` belongs to the instances. */
	const inInstanceMember = () => top().isClass && !/^\s*static\b/.test(all.slice(top().head));

	const openBrace = () => {
		const head = all.slice(top().head);
		const before = all.trimEnd();
		if (before.endsWith('=>')) push('}', true);
		else if (/\bclass\b[^;{}]*$/.test(head) && !top().isClass) push('}', false, true);
		else if (before.endsWith(')') && !CONTROL.test(all.slice(0, closedFrom))) push('}', true);
		else push('}', inInstanceMember());
	};

	for (let at = 0; at < code.length; ) {
		TOKEN.lastIndex = at;
		let token = TOKEN.exec(code)![0];
		if (token === '/' && EXPRESSION_FOLLOWS.test(all)) {
			REGULAR_EXPRESSION.lastIndex = at;
			token = REGULAR_EXPRESSION.exec(code)?.[0] ?? token;
		}
		at += token.length;
		if (token.startsWith('/*')) continue;
		if (token.length > 1 && token.startsWith('/')) {
			if (!top().later && !inInstanceMember()) expressions.push(token);
			token = '""';
		} else if (/^["'`]/.test(token)) token = '""';
		if (token === ';' || token === ',' || token === ')' || token === ']' || token === '}') endArrows();
		if (token === '{') openBrace();
		else if (token === '(' || token === '[') push(token === '(' ? ')' : ']', inInstanceMember());
		else if (token === top().closer && stack.length > 1) closedFrom = stack.pop()!.open;
		if (!top().later && !inInstanceMember()) text += token;
		all += token;
		if (token === ';' || token === '}') top().head = all.length;
		if (token === '=>' && !/^\s*\{/.test(code.slice(at))) push('arrow', true);
	}
	return { text, expressions };
}
