/** The HTTP API as schemas and types. Imports nothing else of the project; the plugin imports types from here only. */
export * from './catalog.ts';
export * from './error.ts';
export * from './events.ts';
export * from './query.ts';
export * from './scope.ts';
export * from './values.ts';
