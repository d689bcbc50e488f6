// Lets a server be reached that listens for its own container only (127.0.0.1): the kernel of the
// container's network translates the address of what comes for its port. No program stands between,
// so replies, ends, resets and a full window are the server's own.
import { engineWords, type Docker } from '../engine.ts';
import { confinement } from '../confinement.ts';
import { labels, removeContainer, type Holder } from './holder.ts';
import { translationFile } from './translation.ts';

/**
 * Turns the address of what comes for the server's port into 127.0.0.1, in the network of `holder`,
 * whose image is `image`. Returns undefined once it is so, or why it is not, for people.
 */
export async function openLoopback(
  docker: Docker,
  { container, image }: Holder,
): Promise<string | undefined> {
  try {
    // The one right that it takes is this program's of ours, for this moment; the server never has it.
    const translator = await docker.createContainer({
      Image: image,
      Cmd: ['/hold', 'translate', `/${translationFile}`],
      Labels: labels,
      HostConfig: {
        ...confinement({ memoryBytes: 16 * 1024 * 1024, tasks: 8 }),
        CapAdd: ['NET_ADMIN'],
        NetworkMode: `container:${container.id}`,
      },
    });
    try {
      await translator.start();
      const { StatusCode } = (await translator.wait()) as { readonly StatusCode: number };
      if (StatusCode === 0) return undefined;
      return `the kernel did not translate its address (error ${StatusCode})`;
    } finally {
      await removeContainer(translator);
    }
  } catch (error) {
    return `the engine did not let its address be translated: ${engineWords(error)}`;
  }
}
