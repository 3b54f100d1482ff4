/** The route every feature's routes hang from. Its component (the shell) is set where the router is made. */
import { createRootRoute } from '@tanstack/react-router';

/** Parent of all feature routes. */
export const rootRoute = createRootRoute();
