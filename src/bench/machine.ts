import { cpus, totalmem } from 'node:os';

/** `2 × Intel Xeon (2.8 GHz), 8 GB, linux x64, node 22.1.0` */
export function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cores[0]?.model.trim() ?? process.arch;
  return `${cores.length} × ${processor}, ${memory} GB, ${process.platform} ${process.arch}, node ${process.versions.node}`;
}
