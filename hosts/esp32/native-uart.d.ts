import type { UartDriver } from './auxiliary-uart.js';

export const nativeUart: UartDriver;
