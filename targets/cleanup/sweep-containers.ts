// What the guard gives to Node when we are gone. It stands here as text because it runs from no file:
// nothing of ours can be counted on by then, not even that the package is still installed.

/**
 * A script with two parameters, the engine's connection as JSON and a label: removes the containers
 * that carry the label with their volumes, then the networks and images. A request of ours may
 * still have been under way, so it looks again until nothing came for a second.
 */
export const sweepContainers = `
const { socketPath, host, port, protocol, ca, cert, key } = JSON.parse(process.argv[1]);
const http = require(protocol === 'https' ? 'node:https' : 'node:http');
const filters = encodeURIComponent(JSON.stringify({ label: [process.argv[2]] }));

const ask = (method, path) =>
  new Promise((resolve) => {
    const where = socketPath ? { socketPath } : { host, port, ca, cert, key };
    const request = http.request({ ...where, method, path, timeout: 30000 }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk)).on('close', () => resolve(body));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve('[]')).end();
  });

const all = async (path, idOf) => {
  const found = await ask('GET', path + 'filters=' + filters);
  try {
    return JSON.parse(found).map(idOf);
  } catch {
    return [];
  }
};

const sweep = async () => {
  const kinds = [
    ['/containers/json?all=1&', ({ Id }) => '/containers/' + Id + '?force=1&v=1'],
    ['/networks?', ({ Id }) => '/networks/' + Id],
    ['/images/json?all=1&', ({ Id }) => '/images/' + Id + '?force=1'],
  ];
  let count = 0;
  for (const [path, idOf] of kinds) {
    const left = await all(path, idOf);
    count += left.length;
    await Promise.all(left.map((one) => ask('DELETE', one)));
  }
  return count;
};

(async () => {
  for (let round = 0, calm = 0; round < 150 && calm < 5; round += 1) {
    calm = (await sweep()) === 0 ? calm + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
})();
`;
