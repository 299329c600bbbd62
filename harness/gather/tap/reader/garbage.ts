import { setFlagsFromString } from 'node:v8';

/**
 * Bytes that pass leave buffers behind, which lie outside the heap and are soon garbage. V8 goes through all of the heap
 * whenever some 64 MB of them have come together: a third of what a large body costs the tap. Counted with the heap
 * they are taken away with what is young. Holds for the whole program; its memory follows what is alive, as before.
 */
export function countBuffersWithHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
