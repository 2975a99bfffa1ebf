/** What a model says of itself. */
export interface Identity {
	readonly manufacturer: string;
	readonly model: string;
	readonly revision: string;
	readonly imei: string;
	/** GPIO pins. */
	readonly pins: number;
}

export type ModelName = 'GE865' | 'GE864' | 'GC864' | 'GM862';

const MODELS: Readonly<Record<ModelName, Omit<Identity, 'imei'>>> = Object.freeze({
	GE865: Object.freeze({ manufacturer: 'Telit', model: 'GE865-QUAD', revision: '10.00.152', pins: 10 }),
	GE864: Object.freeze({ manufacturer: 'Telit', model: 'GE864-QUAD', revision: '10.00.022', pins: 22 }),
	GC864: Object.freeze({ manufacturer: 'Telit', model: 'GC864-QUAD', revision: '10.00.022', pins: 11 }),
	GM862: Object.freeze({ manufacturer: 'Telit', model: 'GM862-QUAD', revision: '7.03.02', pins: 13 }),
});

export function identityOf(model: ModelName, imei: string): Identity {
	return { ...MODELS[model], imei };
}
