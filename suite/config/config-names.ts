/** The names that are looked for in the working folder, the first that is there counts. */
export const configNames = ['conform.config.js', 'conform.config.mjs', 'conform.config.json'];
