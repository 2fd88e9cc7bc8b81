/** An object as a bucket lists it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

/** The object store of the application. Throws `AWS_REFUSED`, `AWS_CALL_FAILED`, `CREDENTIALS_INVALID`. */
export interface ObjectStore {
  /** Every object whose key begins with `prefix`, in the order of the keys. */
  list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  /**
   * Writes an object into a file that must not exist yet. Also throws `BUNDLE_INCOMPLETE` where the download broke off or the
   * object has more than `maxBytes`: what is left then is not whole.
   */
  download(bucket: string, key: string, file: string, maxBytes: number): Promise<void>;
}
