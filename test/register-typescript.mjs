import { register } from 'tsx/esm/api';

// `--import tsx` alone leaves worker threads without TypeScript on Node 20.
register();
