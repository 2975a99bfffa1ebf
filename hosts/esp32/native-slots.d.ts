import type { SlotDriver } from './slot-updater.js';

export const nativeSlots: SlotDriver;
