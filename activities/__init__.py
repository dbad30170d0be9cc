"""What a workflow has done outside: fetch, compare, push, create, write back, tell."""
