"""What is built once and used everywhere: members, access, action, flow, trail, links, tasks, files, outbox, imports."""
