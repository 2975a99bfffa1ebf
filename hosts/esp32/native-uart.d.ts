import type { UartDriver } from './uart-driver.js';

export const nativeUart: UartDriver;
