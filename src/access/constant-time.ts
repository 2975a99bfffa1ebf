export { equalInConstantTime } from '../base/constant-time.js';
