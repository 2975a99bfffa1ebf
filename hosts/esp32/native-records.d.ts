import type { RecordDriver } from './record-store.js';

export const nativeRecords: RecordDriver;
