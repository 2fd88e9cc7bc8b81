/** The application's name in fleets of others: users reach the lab's load balancer there, on its port. */
export const HOSTNAME = "localhost";
