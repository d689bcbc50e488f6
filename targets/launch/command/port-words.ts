// Which port a started server is to take, and what people write where they mean it.
import { InvalidCommand } from './command-line.ts';

const placeholder = '{port}';

/**
 * @param port the server's fixed port, where it was given
 * @throws {InvalidCommand} when the command does not say which port to use, with what to write
 */
export function refuseNoPort(command: string, port: number | undefined): void {
  if (command.includes(placeholder)) return;
  const other = /\{\s*port\s*\}|<port>|%port%/iu.exec(command)?.[0];
  if (other !== undefined) {
    throw new InvalidCommand(
      `${other} is not replaced by the port: it is written ${placeholder}, as in '${command.trim().replace(other, placeholder)}'.`,
    );
  }
  if (port !== undefined) return;
  const fixed = /(?:^|[\s=:])(\d{4,5})(?=\s|$)/u.exec(command)?.[1];
  const isPort = fixed !== undefined && Number(fixed) >= 1024 && Number(fixed) <= 65_535;
  const about = isPort
    ? ` If ${fixed} is its port, write '${command.trim().replace(fixed, placeholder)}', or add --port ${fixed} to keep it.`
    : '';
  throw new InvalidCommand(
    `The command does not say which port to use: write ${placeholder} in it, as in './server ${placeholder}', ` +
      `or give the server’s fixed port (--port; in conform gate ,port=N).${about}`,
  );
}
