// The program that holds a network open for a server: on its own it waits for ever, with a parameter
// it prints the tables of the TCP sockets in its network. holder.c is its source and says how it is made.

/** The program for an engine's architecture, as `uname -m` names it, in base64. */
const programs: Readonly<Record<string, string>> = {
  x86_64:
    'f0VMRgIBAQAAAAAAAAAAAAIAPgABAAAAsABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAACAAAAAAAAAAEA' +
    'AAAHAAAAsAAAAAAAAACwAEAAAAAAALAAQAAAAAAA/AAAAAAAAAD8AAAAAAAAAAEAAAAAAAAAUeV0ZAYAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAABIiedIg+Tw6GIAAABIif5FMdK4AQEA' +
    'ADHSSMfHnP///w8FSIXAeEZTSYnAuwAQAABBuQEAAABIgeyIDwAASI10JIhFMdIxwEyJx0iJ2g8FSInCSIXAfg1F' +
    'MdJMichMic8PBeveSIHEiA8AAFvDw0iDPwF/M0Ux0r5+AUAAuAEBAABIx8ec////ugECAAAPBUG4DwEAADHSRTHS' +
    'TInASInXSInWDwXr7r+PAUAA6Fv///+/nQFAAOhR////MdJFMdK45wAAAEiJ10iJ1g8Fwy9ldGMvcmVzb2x2LmNv' +
    'bmYAL3Byb2MvbmV0L3RjcAAvcHJvYy9uZXQvdGNwNgA=',
  aarch64:
    'f0VMRgIBAQAAAAAAAAAAAAIAtwABAAAAsABAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAEAAOAACAAAAAAAAAAEA' +
    'AAAHAAAAsAAAAAAAAACwAEAAAAAAALAAQAAAAAAAJgEAAAAAAAAmAQAAAAAAAAQAAAAAAAAAUeV0ZAYAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAADgAwCRHAAAlOEDAKoIB4DSYAyAkgIA' +
    'gNIDAIDSBACA0gEAANRgAvi3/wdA0eUDAKrgAwWq4QMAkegHgNICAILSAwCA0gQAgNIBAADU4gMAqh8AAPFsAABU' +
    '/wdAkcADX9YICIDSIACA0gEAANTx//8XwANf1gAAQPkfBADxzAEAVAEAAJAhoAaRCAeA0mAMgJIiQIDSAwCA0gQA' +
    'gNIBAADUKAmA0gAAgNIBAIDSAgCA0vn//xf9e7+pAAAAkADkBpH9AwCR0f//lwAAAJAAHAeRzv//l8gLgNIAAIDS' +
    'AQCA0gIAgNIDAIDSBACA0gEAANT9e8GowANf1i9ldGMvcmVzb2x2LmNvbmYAL3Byb2MvbmV0L3RjcAAvcHJvYy9u' +
    'ZXQvdGNwNgA=',
};

/** The program itself, an ELF file of some 400 bytes; undefined for another architecture. */
export function holderProgram(architecture: string): Buffer | undefined {
  const program = programs[architecture];
  return program === undefined ? undefined : Buffer.from(program, 'base64');
}
