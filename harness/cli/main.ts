console.log('hello', process.version, process.argv.slice(2)); process.exit(3);
