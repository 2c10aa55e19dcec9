import { readFileSync } from 'node:fs';
import avsc from 'avsc';

function read(name: string): avsc.Type {
  return avsc.Type.forSchema(
    JSON.parse(readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), 'utf8')),
  );
}

/** The Avro schemas of schemas/, by name. */
export const SCHEMAS = {
  NewsItem: read('NewsItem'),
  ForumPost: read('ForumPost'),
  Sentiment: read('Sentiment'),
  SentimentIndex: read('SentimentIndex'),
  Label: read('Label'),
  ModelEvent: read('ModelEvent'),
};
