// Which program a Makefile made is only known when it has run: a shell script looks, in the container
// as on this machine. What it has to say to the student it prints behind a word of its own.
import { builtProgram, quoted } from './recipe.ts';

/** Stands before what a script of ours prints for the student to read. */
export const scriptWord = 'conform: ';

const before = './.conform-before';

/** To be run before the build: what is newer was made by it. */
export const markBefore = `: > ${before}`;

/**
 * To be run after the build: makes a link, {@link builtProgram}, to the only new program; to the one
 * named `preferred`; or to the only one that is named as a server, or not as a client or a test.
 */
export function findProgram(preferred: string | undefined): string {
  return `
programs=$(find . -type f -perm -100 -newer ${before} \\
  ! -path '*/CMakeFiles/*' ! -path '*/deps/*' ! -path '*/build-script*' ! -path ${before} \\
  ! -name '*.so' ! -name '*.so.*' ! -name '*.o' ! -name '*.sh' ! -name '*.py' ! -name '.*' | sort)
take() {
  [ -n "$1" ] && [ "$(printf '%s\\n' "$1" | wc -l)" -eq 1 ] || return 0
  ln -sf "$1" ${builtProgram}
  exit 0
}
only() { printf '%s\\n' "$programs" | grep "$@" || true; }
if [ -z "$programs" ]; then
  echo ${quoted(`${scriptWord}The build made no program. Expected its default target to make the server.`)}
  exit 1
fi
${preferred === undefined ? '' : `take "$(printf '%s\\n' "$programs" | awk -F/ -v name=${quoted(preferred)} '$NF == name')"`}
take "$programs"
take "$(only -E '(^|/)server$')"
take "$(only -iE '[^/]*server[^/]*$' | grep -viE '(client|test)[^/]*$')"
take "$(only -viE '(client|test)[^/]*$')"
echo ${quoted(scriptWord)}"The build made several programs ($(echo $programs)), and which of them is the server cannot be told. Say it in conform.yaml: build: make, start: ./NAME {port}."
exit 1
`.trim();
}
