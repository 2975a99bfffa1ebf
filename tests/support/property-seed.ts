import * as fc from 'fast-check';

/** Where property tests begin: the same examples in each run, so that a failure is the change's. `ATRUN_PROPERTY_SEED` has others tried. */
const SEED = 20_261;

fc.configureGlobal({ seed: Number(process.env.ATRUN_PROPERTY_SEED ?? SEED) });
