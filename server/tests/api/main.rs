//! A real server on a free port, a database of its own, real sockets. The folders mirror what is reached.

mod support;

mod alerts;
mod auth;
mod care;
mod chat;
mod clinic;
mod documents;
mod operations;
mod realtime;
mod reviews;
mod storage;
