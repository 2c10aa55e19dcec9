import { signal } from '@preact/signals';
import { hashOf, type Route, routeOf } from './route.js';

export const route = signal(routeOf(location.hash));

window.addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});

export function go(to: Route): void {
  location.hash = hashOf(to);
}
