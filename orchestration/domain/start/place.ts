/** Where the fleet of a stack is, as a person would check it before changing it. */
export interface Place {
  /** The application's host name. */
  readonly host: string;
  readonly account: string;
  readonly region: string;
}

/** `tfe.example.com (stack production, account 123456789012, eu-central-1)`. */
export const placeLabel = ({ host, account, region }: Place, stack: string): string =>
  `${host} (stack ${stack}, account ${account}, ${region})`;
