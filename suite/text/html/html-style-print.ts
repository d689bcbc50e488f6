// How the page prints: all folds open, in ink on paper, without what one can only press.

/** The part of the style sheet for paper, whatever the screen's colours are. */
export function printStyle(light: string): string {
  return `
@media print {
  :root { color-scheme: light; ${light} --paper: #fff; --panel: #fff; }
  @page { margin: 16mm 14mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  #filter, nav, .copy, .skip, .in-words, .behaviour > summary::after { display: none !important; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .mend, .mend > details { display: block; }
  .mend summary, .mend [open] > summary { border: 0; padding: 0; background: none; color: inherit; font-weight: 600; text-decoration: none; }
  .mend summary .quiet { position: static; clip-path: none; width: auto; height: auto; }
  .behaviour, .behaviour[open] { border: 0; border-bottom: 1px solid var(--line); border-radius: 0; margin: 0; break-inside: auto; }
  .behaviour[open] > summary, .behaviour > summary { padding: 0.4rem 0; }
  .behaviour:not(.failed) > .inside, .behaviour:not(.failed)::details-content { display: none; }
  .inside { padding: 0.2rem 0 0.8rem; }
  .sides, .sides table, .again, .diagram, .mend pre, .steps { break-inside: avoid; }
  .sides { gap: 0.6rem 1.4rem; overflow: visible; }
  .bytes { font-size: 7.6pt; }
  .cause::before { background: none; color: inherit; border: 1.5px solid; line-height: 1.65rem; }
  .behaviour > summary { grid-template-columns: 1.2rem 4rem minmax(9rem, 16rem) 1fr; }
  .behaviour > summary .says { font-size: 9pt; }
  summary, h2, h3, h4, h5 { break-after: avoid; }
  .scrolls { overflow: visible; }
  .diagram { width: 100%; height: auto; max-width: 190mm; }
  pre { white-space: pre-wrap; overflow: visible; }
  a { color: inherit; text-decoration: none; }
  mark, .counts svg, .mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
}
