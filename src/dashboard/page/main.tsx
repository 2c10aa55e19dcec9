import { render } from 'preact';
import { App } from './app.js';
import { listenForKeys } from './keyboard.js';
import { applySettings } from './settings.js';

applySettings(document.documentElement);
listenForKeys(document);
render(<App />, document.body);
