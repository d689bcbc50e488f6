import { revealedEvent, revealedReport, type Reveal } from '../events/reveal.ts';
import type { Reporter } from './reporter.ts';

/** Hands to `reporter` only what `reveal` lets its reader see. */
export function revealing(reporter: Reporter, reveal: Reveal): Reporter {
  if (reveal === 'full') return reporter;
  return {
    onEvent: (event) => {
      const revealed = revealedEvent(event, reveal);
      if (revealed !== undefined) reporter.onEvent(revealed);
    },
    finish: (report) => reporter.finish(revealedReport(report, reveal)),
  };
}
