-- Messages that were given up are counted whenever Prometheus reads; they are few among all that were sent.
create index notification_dead on notification (queued_at) where state = 'dead';
