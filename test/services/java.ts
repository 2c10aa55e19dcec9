import { findProgram } from './installed.js';

/** The path of Java, where it is installed. */
export function findJava(): string | undefined {
  return findProgram('java');
}

/** Arguments of a Java that starts soon and stays small: it compiles each method once, quickly, and collects with one thread. */
export function smallJava(heap: string): readonly string[] {
  return [`-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
}
