/**
 * Awaited right before an act that ends a node's work, at every attempt: while a failure was waited out, somebody may have
 * restarted the node, which then takes work again. Its failure is the act's, which is not made.
 */
export type LastCheck = () => Promise<void>;
