// Whether a terminal opens links: asked at every start, so it stands apart from what makes them.

/** Below it VTE had links that could crash it. */
const firstGoodVte = 5001;

/**
 * True where the terminal is known to open links, by the variables that terminals set. FORCE_HYPERLINK overrules them:
 * 0 for none. What runs in tmux or screen shows none, since that hides the terminal.
 */
export function takesLinks(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_HYPERLINK: forced, TERM: kind = '', TERM_PROGRAM: program = '' } = environment;
  if (forced !== undefined && forced !== '') return forced !== '0';
  if (kind === 'dumb' || /^(screen|tmux)/u.test(kind)) return false;
  if (environment['TMUX'] !== undefined || environment['STY'] !== undefined) return false;
  return (
    ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'zed', 'Hyper', 'Tabby'].includes(program) ||
    ['xterm-kitty', 'xterm-ghostty', 'alacritty', 'foot'].includes(kind) ||
    environment['WT_SESSION'] !== undefined ||
    Number(environment['VTE_VERSION'] ?? 0) >= firstGoodVte ||
    Number(environment['KONSOLE_VERSION'] ?? 0) >= 210_400
  );
}
