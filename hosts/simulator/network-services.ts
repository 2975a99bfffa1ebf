/** One page of a network service: what the network says, and what can be answered to it. */
export interface ServicePage {
	readonly text: string;
	/** Further pages by the answer that leads there; without, the session ends with this page. */
	readonly answers?: Readonly<Record<string, ServicePage>>;
}

/** What the network of the simulator offers behind service codes (22.090), by the code that is dialled. */
export const NETWORK_SERVICES: Readonly<Record<string, ServicePage>> = Object.freeze({
	'*123#': Object.freeze({ text: 'Credit: 12.34 EUR' }),
	'*100#': Object.freeze({
		text: '1 Credit\n2 Tariff',
		answers: Object.freeze({
			'1': Object.freeze({ text: 'Credit: 12.34 EUR' }),
			'2': Object.freeze({ text: 'Tariff: M2M, 5 MB each month' }),
		}),
	}),
});
