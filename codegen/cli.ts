/** The generator's commands: `ringsnake NAME`. Each takes what follows its name, and resolves to the exit code. */
export { explain } from './cli/explain.js';
export { gen } from './cli/gen.js';
export { init } from './cli/init.js';
export { type CommandIo, EXIT } from './cli/io.js';
export { ir } from './cli/ir.js';
