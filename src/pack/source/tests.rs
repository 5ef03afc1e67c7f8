mod fixture;
mod folders;
mod remotes;
mod repositories;
mod secrets;
