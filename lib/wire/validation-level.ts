/**
 * How closely what arrives is looked at. `full`: all that the types say. `shape`: kinds, and that all is there; not which of a few values it is, nor
 * the form of a text, nor whether a number is whole. `off`: only by what it is found at all; for peers that are known to check what they send.
 */
export type ValidationLevel = 'full' | 'shape' | 'off';

export const VALIDATION_LEVELS: readonly ValidationLevel[] = ['full', 'shape', 'off'];
