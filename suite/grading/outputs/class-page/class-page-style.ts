// How the parts of a page that only a class has look; all else is the style of every page.

const spread = `
.spread { border-collapse: collapse; width: 100%; max-width: 34rem; font-size: 0.93rem; }
.spread caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
.spread th { text-align: left; font-weight: 400; color: var(--soft); white-space: nowrap; padding: 0 0.9rem 0 0; width: 1%; }
.spread .number { width: 1%; padding: 0 0.7rem 0 0; }
.spread .drawn { line-height: 1; }
.how-many { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.spread td, .spread th { vertical-align: top; }
.spread .who { margin: 0.1rem 0 0.5rem; line-height: 1.5; }
.bar { display: block; width: 100%; height: 0.6rem; border-radius: 3px; }
.spread .bar { margin-top: 0.3rem; height: 0.85rem; border-radius: 2px; }
.bar-ground { fill: var(--skipped-tint); }
.fill-spread { fill: var(--link); }
`;

const lists = `
.clusters h3 .quiet { font-size: 0.93rem; margin-left: 0.3rem; }
.cause > article > .links { margin-top: 0.7rem; }
.who { margin-top: 0.7rem; }
.who summary, .singles summary { cursor: pointer; color: var(--link); width: fit-content; max-width: 100%; }
.singles { margin-top: 1.2rem; }
.singles ul { padding-left: 1.3rem; margin-top: 0.4rem; }
.most-failed { list-style: none; margin-top: 0.9rem; display: grid; gap: 0.9rem; }
.most-failed > li { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0 1rem; }
.most-failed .bar { margin: 0.25rem 0 0.2rem; max-width: 34rem; }
.how-many { font-variant-numeric: tabular-nums; }
.how-many strong { font-size: 1.15rem; }
`;

const table = `
.class { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
.class thead th { text-align: left; border-bottom: 2px solid var(--line); padding: 0.2rem 0.9rem 0.3rem 0; color: var(--soft); font-weight: 600; white-space: nowrap; vertical-align: bottom; }
.class thead button { border: 0; background: none; padding: 0; font-weight: inherit; min-height: 1.8rem; }
.class thead button:hover { background: none; color: var(--ink); text-decoration: underline; }
.class [aria-sort] button { color: var(--ink); }
.class [aria-sort="ascending"] button::after { content: " ▲" / ""; font-size: 0.7em; }
.class [aria-sort="descending"] button::after { content: " ▼" / ""; font-size: 0.7em; }
.class tbody th { text-align: left; font-weight: 600; }
.class tbody th, .class td { padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
.class tbody th { min-width: 9rem; }
.class td:nth-child(2) { white-space: nowrap; }
.class td:last-child { min-width: 15rem; padding-right: 0; }
.class td.number { text-align: left; white-space: nowrap; }
.class tbody tr:hover { background: var(--panel); }
`;

const narrow = `
@media (max-width: 34rem) {
  .most-failed > li { grid-template-columns: 1fr; }
}
`;

const print = `
@media print {
  .bar rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .class thead { display: table-header-group; break-inside: avoid; }
  .class tr, .cause, .most-failed > li, .spread { break-inside: avoid; }
  .class { font-size: 9pt; }
  .class thead button { color: inherit; }
  .class thead button::after { display: none; }
  .class td:last-child { min-width: 0; }
}
`;

/** Comes after the style of every page. */
export const classStyle = `${spread}${lists}${table}${narrow}${print}`;
