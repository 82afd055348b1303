/**
 * Hints about a log that may grow a thousand times a second: at most one per destination and half
 * second, the last one included.
 */
export function createTeller(publish: (destinationId: string) => void): {
  tell: (destinationId: string) => void;
  stop: () => void;
} {
  const waiting = new Map<string, NodeJS.Timeout>();
  return {
    tell(destinationId) {
      if (!waiting.has(destinationId)) {
        const timer = setTimeout(() => {
          waiting.delete(destinationId);
          publish(destinationId);
        }, EVERY_MS);
        timer.unref();
        waiting.set(destinationId, timer);
      }
    },
    stop() {
      for (const timer of waiting.values()) {
        clearTimeout(timer);
      }
      waiting.clear();
    },
  };
}

const EVERY_MS = 500;
