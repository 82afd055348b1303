/** One POST as Meta would make it, with what became of it. */
export type Post = {
  readonly body: string;
  /** The elements in it, as text. What the gateway keeps of them must read the same. */
  readonly elements: readonly string[];
  readonly isBatch: boolean;
  /** False: a body cut in the middle, which is kept and parked. */
  readonly isReadable: boolean;
  isAcknowledged: boolean;
  /** Meta tries most of what was not answered again, and gives up on the rest. */
  isGivenUp: boolean;
};

export type NewPost = Omit<Post, 'isAcknowledged' | 'isGivenUp'>;

/**
 * What was sent and what was answered, kept by the sender. An element of a POST that was answered
 * 200 must be there; one of a POST that never was may be there, once; any other must not.
 */
export function createLedger() {
  const posts: Post[] = [];
  const unanswered = new Set<Post>();
  let acknowledgedEvents = 0;
  let repeated = 0;
  return {
    posts,
    unanswered,
    acknowledgedEvents: () => acknowledgedEvents,
    /** POSTs that were sent again although they had been answered, or while they were. */
    repeated: () => repeated,
    add(post: NewPost): Post {
      const added = { ...post, isAcknowledged: false, isGivenUp: false };
      posts.push(added);
      return added;
    },
    sent(post: Post) {
      if (post.isAcknowledged) {
        repeated += 1;
      } else {
        unanswered.add(post);
      }
    },
    acknowledged(post: Post) {
      if (!post.isAcknowledged) {
        post.isAcknowledged = true;
        acknowledgedEvents += post.elements.length;
        unanswered.delete(post);
      }
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
