// Loaded into each process of the demo (`node --import`). However the demo itself ends, SIGKILL
// included, nothing keeps running behind its back.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
