/** All operations, by module. */

export {};
