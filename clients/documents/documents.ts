// The registry of the documents' clients, in the order of the documents.
import { cForkEcho } from './c-fork-echo.ts';
import { cGetoptMessage } from './c-getopt-message.ts';
import { cModel } from './c-model.ts';
import { cUppercase } from './c-uppercase.ts';
import type { DocumentClient } from './client.ts';
import { cppThreadEcho } from './cpp-thread-echo.ts';
import { pythonGreeted } from './python-greeted.ts';
import { win32 } from './win32.ts';
import { winsockOperator } from './winsock-operator.ts';

export const documentClients: readonly DocumentClient[] = [
  win32,
  cModel,
  pythonGreeted,
  cUppercase,
  cGetoptMessage,
  cppThreadEcho,
  winsockOperator,
  cForkEcho,
];
