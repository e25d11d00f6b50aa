// Makes a screenshot a third of its size: a picture of a page has few colours, so 256 of them in a palette are enough.
// Median cut (Heckbert 1982) over the colours that occur, without dithering: flat areas stay flat.

import { deflateSync, inflateSync } from "node:zlib";

const kSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const kColours = 256;
// So many of the commonest colours keep their exact value: grounds that differ by a hair must not become one.
const kExact = 96;

function chunks(png) {
  const found = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crcOf(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

// zlib.crc32 came with Node.js 20.15 and 22.2 only.
function crcOf(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// PNG specification, section 9: filters 0 to 4.
function unfilter(raw, width, height, step) {
  const stride = width * step;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= step ? pixels[y * stride + x - step] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? pixels[(y - 1) * stride + x - step] : 0;
      const nearest = left + up - corner;
      const [a, b, c] = [Math.abs(nearest - left), Math.abs(nearest - up), Math.abs(nearest - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const guess = [0, left, up, (left + up) >> 1, paeth][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return pixels;
}

function medianCut(counts) {
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const exact = byCount.slice(0, kExact).map((colour) => ({ box: [colour], colour }));
  if (byCount.length <= kExact) return exact;
  let boxes = [byCount.slice(kExact)];
  const channel = (colour, shift) => (colour >> shift) & 255;
  const spread = (box) =>
    [16, 8, 0]
      .map((shift) => {
        let low = 255;
        let high = 0;
        for (const colour of box) {
          low = Math.min(low, channel(colour, shift));
          high = Math.max(high, channel(colour, shift));
        }
        return { shift, width: high - low };
      })
      .reduce((a, b) => (b.width > a.width ? b : a));
  while (boxes.length < kColours - kExact) {
    // The box with the widest channel is cut at its middle pixel.
    const widest = boxes.map((box, index) => ({ index, ...spread(box) })).reduce((a, b) => (b.width > a.width ? b : a));
    if (widest.width === 0) break;
    const box = boxes[widest.index].sort((a, b) => channel(a, widest.shift) - channel(b, widest.shift));
    const half = box.reduce((sum, colour) => sum + Math.sqrt(counts.get(colour)), 0) / 2;
    let sum = 0;
    let cut = 1;
    while (cut < box.length - 1 && (sum += Math.sqrt(counts.get(box[cut - 1]))) < half) cut += 1;
    boxes = [...boxes.filter((_box, index) => index !== widest.index), box.slice(0, cut), box.slice(cut)];
  }
  // A box shows as its commonest colour: backgrounds keep their exact value.
  const rest = boxes.map((box) => ({ box, colour: box.reduce((a, b) => (counts.get(b) > counts.get(a) ? b : a)) }));
  return [...exact, ...rest];
}

// REQUIRES: 8 bits a channel, RGB or RGBA without transparency, not interlaced (what Chromium writes).
export function palettePng(png) {
  const parts = chunks(png);
  const { data: header } = parts.find(({ type }) => type === "IHDR");
  const [width, height, type] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9]];
  const step = type === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(parts.filter(({ type: name }) => name === "IDAT").map(({ data }) => data)));
  const pixels = unfilter(raw, width, height, step);

  const colourAt = (i) => (pixels[i * step] << 16) | (pixels[i * step + 1] << 8) | pixels[i * step + 2];
  const counts = new Map();
  for (let i = 0; i < width * height; i += 1) counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
  const boxes = medianCut(counts);
  const indexOf = new Map(boxes.flatMap(({ box }, index) => box.map((colour) => [colour, index])));

  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = indexOf.get(colourAt(y * width + x));
  }
  const ihdr = Buffer.from(header);
  ihdr[8] = 8;
  ihdr[9] = 3;
  const palette = Buffer.from(boxes.flatMap(({ colour }) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    kSignature,
    chunk("IHDR", ihdr),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
