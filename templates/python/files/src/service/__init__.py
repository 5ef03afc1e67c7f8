"""Orders over HTTP, kept in memory.

A request passes, from the outside in: the measurement (one histogram sample and, for a failure,
one log line), the concurrency limit, the time limit, the handler. The handler turns what came
over the wire into values of `orders`, which knows nothing of HTTP.

| module    | what it is for                                                     |
|-----------|--------------------------------------------------------------------|
| `config`  | the environment, validated as a whole before anything starts       |
| `state`   | what every request shares                                          |
| `http`    | routes, limits, error bodies                                       |
| `orders`  | the domain: what an order is, and where orders are kept            |
| `rules`   | rules that say in one sentence what a value must be                |
| `metrics` | what Prometheus reads; the names are a contract with the alerts    |
| `server`  | connections, and the order in which things stop                    |
| `log`     | one JSON object a line on standard output                          |
"""
