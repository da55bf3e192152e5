use super::page;
