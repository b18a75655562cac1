// Reads a file ahead of the worker that parses it: while that one is busy, nothing would come in to it.
//
// In: the file, then the length of each piece that was parsed. Out: pieces as array buffers, at last null; or a text, the reason
// why there are no more.

/** Bytes that may be read and not yet parsed. */
const MOST_AHEAD = 16 << 20;

let ahead = 0;
let resume = () => {};

onmessage = ({ data }) => {
  if (data instanceof File) {
    read(data).catch((error) => postMessage(String(error.message ?? error)));
  } else {
    ahead -= data;
    resume();
  }
};

async function read(file) {
  const pieces = file.stream().getReader();
  for (;;) {
    const { done, value } = await pieces.read();
    if (done) break;
    ahead += value.byteLength;
    postMessage(value.buffer, [value.buffer]);
    while (ahead > MOST_AHEAD) {
      await new Promise((resolve) => {
        resume = resolve;
      });
    }
  }
  postMessage(null);
}
