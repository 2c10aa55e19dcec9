import { Option } from 'commander';

/** The option of every command that reads a topology file. */
export function profileOption(): Option {
  return new Option(
    '--profile <name>',
    'what completes the topology: local, production, or a YAML file of your own',
  );
}
